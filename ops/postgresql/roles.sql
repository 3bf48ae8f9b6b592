-- psql -v ON_ERROR_STOP=1 -f roles.sql, as postgres. Peer authentication: the system's user is the database's.
-- CREATEDB is for the restore drill, which brings a backup back beside the store.
-- The owner makes and changes tables (`arrears setup`); Prefect has a database of its own and cannot see ours.
CREATE ROLE arrears LOGIN CREATEDB;
CREATE DATABASE arrears OWNER arrears TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
CREATE DATABASE prefect OWNER arrears TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE arrears FROM PUBLIC;
REVOKE ALL ON DATABASE prefect FROM PUBLIC;
\connect prefect
CREATE EXTENSION IF NOT EXISTS pg_trgm;
