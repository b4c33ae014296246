-- After a restore that lost something, before any instance of the service starts:
--
--   mysql -N pay < deploy/after-restore.sql | mysql pay
--
-- Ids that were given after the backup are known to clients: payment 1234 must not be another one's from now on. This
-- writes a statement for each table that numbers its rows, which begins again a hundred million further on: more than
-- five hours of 5,000 payments a second. Nothing is written for tables that give no numbers.

-- MySQL alone remembers the next number for a day; MariaDB takes this line for a comment.
/*!80000 SET SESSION information_schema_stats_expiry = 0 */;

SELECT CONCAT('ALTER TABLE `', TABLE_NAME, '` AUTO_INCREMENT = ', AUTO_INCREMENT + 100000000, ';')
FROM information_schema.TABLES
WHERE TABLE_SCHEMA = DATABASE() AND AUTO_INCREMENT IS NOT NULL AND TABLE_NAME <> 'migrations'
ORDER BY TABLE_NAME;
