-- ご利用料金 is read on every visit: its amounts stand in the index, and the table is not touched.
CREATE UNIQUE INDEX statements_of_customer ON statements (customer_number, billing_month) INCLUDE (amount_yen);
ALTER TABLE statements DROP CONSTRAINT statements_customer_number_billing_month_key;
