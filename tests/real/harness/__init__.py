"""A real WordPress on a bare Debian, for tests: core from the archive, a private MariaDB, `php -S`, made-up posts."""
