<?php
// Loads WordPress for a command: php COMMAND.php WORDPRESS_FOLDER ...
error_reporting( E_ALL & ~E_DEPRECATED );
$config = file_get_contents( $argv[1] . '/wp-config.php' );
preg_match( "#HARNESS_FOLDER', '([^']+)'#", $config, $found );
$site = json_decode( file_get_contents( "$found[1]/site.json" ), true );
$url  = parse_url( $site['url'] );
$_SERVER['HTTP_HOST']       = "{$url['host']}:{$url['port']}";
$_SERVER['SERVER_NAME']     = $url['host'];
$_SERVER['REQUEST_URI']     = '/';
$_SERVER['REQUEST_METHOD']  = 'GET';
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
require $argv[1] . '/wp-load.php';
