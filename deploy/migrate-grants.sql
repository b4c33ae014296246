-- What the user of `npm run migrate` needs, beside the service's DATA_KEYS in the environment, with which a migration
-- encrypts. An administrator makes that user first:
--   CREATE USER 'pay_migrate'@'%' IDENTIFIED BY '…';
-- The names of the database and the user are yours to change.
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, DROP ON pay.* TO 'pay_migrate'@'%';
