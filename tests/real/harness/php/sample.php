<?php
// php sample.php WORDPRESS_FOLDER EXPORT_FILE: makes a fresh WordPress the sample site.
define( 'WP_IMPORTING', true );
require __DIR__ . '/load.php';
require dirname( __DIR__, 4 ) . '/docker/sample.php';
set_up_sample( $argv[2] );
