<?php
// For `php -S`: real files are served as they are, a folder gets its index.php, the rest goes to WordPress.
$root = $_SERVER['DOCUMENT_ROOT'];
$home = getenv( 'HARNESS_PATH' ) ?: '';
$path = rawurldecode( parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH ) ?? '/' );
if ( strpos( $path, '/..' ) !== false ) {
	http_response_code( 400 );
	exit;
}
if ( is_dir( $root . $path ) && is_file( rtrim( $root . $path, '/' ) . '/index.php' ) ) {
	if ( substr( $path, -1 ) !== '/' ) {
		header( "Location: $path/", true, 301 );
		exit;
	}
	$path .= 'index.php';
}
if ( is_file( $root . $path ) && substr( $path, -4 ) !== '.php' ) {
	return false;
}
if ( ! is_file( $root . $path ) ) {
	if ( strpos( $path, "$home/" ) !== 0 ) {
		http_response_code( 404 );
		exit;
	}
	$path = "$home/index.php";
}
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = $path;
$_SERVER['SCRIPT_FILENAME'] = $root . $path;
chdir( dirname( $_SERVER['SCRIPT_FILENAME'] ) );
require $_SERVER['SCRIPT_FILENAME'];
