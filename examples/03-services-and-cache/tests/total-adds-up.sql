SELECT total = 25.50 FROM order_total;
