<?php
// php eval.php WORDPRESS_FOLDER 'code' < arguments.json: runs it as the administrator, prints what it returns as JSON.
require __DIR__ . '/load.php';
wp_set_current_user( 1 );
$given = json_decode( stream_get_contents( STDIN ), true );
echo json_encode( eval( $argv[2] ) );
