<?php
// php export.php WORDPRESS_FOLDER: WordPress's own export of everything.
require __DIR__ . '/load.php';
wp_set_current_user( 1 );
require_once ABSPATH . 'wp-admin/includes/export.php';
export_wp( array( 'content' => 'all' ) );
