CREATE TABLE accounts (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id BIGINT UNSIGNED NOT NULL,
  balance BIGINT NOT NULL,
  UNIQUE KEY accounts_user (user_id)
);
CREATE TABLE payments (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id BIGINT UNSIGNED NOT NULL,
  partner_id BIGINT UNSIGNED NOT NULL,
  partner_pay_key VARCHAR(100) NOT NULL,
  product_items JSON NOT NULL,
  amount BIGINT NOT NULL,
  paid_at DATETIME(3) NOT NULL,
  UNIQUE KEY payments_order (partner_id, partner_pay_key)
);
CREATE TABLE transactions (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  account_id BIGINT UNSIGNED NOT NULL,
  payment_id BIGINT UNSIGNED NOT NULL,
  amount BIGINT NOT NULL,
  balance_after BIGINT NOT NULL,
  created_at DATETIME(3) NOT NULL,
  KEY transactions_account (account_id, id)
);
