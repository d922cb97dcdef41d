<?php
// php import.php WORDPRESS_FOLDER < posts.json: writes posts with the ids, slugs and states they ask for.
define( 'WP_IMPORTING', true );
require __DIR__ . '/load.php';
require dirname( __DIR__, 4 ) . '/docker/posts.php';
set_up_posts( json_decode( stream_get_contents( STDIN ), true ) );
