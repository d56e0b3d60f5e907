CREATE TABLE product (id serial PRIMARY KEY, name text NOT NULL, price numeric(10, 2) NOT NULL CHECK (price >= 0));
CREATE TABLE order_line (product_id integer NOT NULL REFERENCES product, quantity integer NOT NULL CHECK (quantity > 0));
CREATE VIEW order_total AS
  SELECT coalesce(sum(price * quantity), 0) AS total FROM order_line JOIN product ON product.id = product_id;
INSERT INTO product (name, price) VALUES ('tea', 4.50), ('cup', 12.00);
INSERT INTO order_line VALUES (1, 3), (2, 1);
