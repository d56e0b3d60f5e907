SELECT count(*) = 2 FROM product WHERE price > 0;
