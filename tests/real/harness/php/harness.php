<?php
// A must-use plugin for tests: types of its own, and switches for bad weather.

add_action(
	'init',
	function () {
		register_taxonomy( 'course', 'recipe', array( 'label' => 'Courses', 'public' => true, 'show_in_rest' => true ) );
		register_post_type( 'recipe', array( 'label' => 'Recipes', 'public' => true, 'show_in_rest' => true, 'has_archive' => true, 'supports' => array( 'title', 'editor', 'excerpt', 'thumbnail', 'custom-fields' ) ) );
		register_post_type( 'note', array( 'label' => 'Notes', 'public' => true, 'show_in_rest' => false ) );
	}
);

// An answer in an envelope tells its status in a header, too.
add_filter(
	'rest_envelope_response',
	function ( $envelope ) {
		header( "X-Harness-Status: {$envelope['status']}" );
		return $envelope;
	}
);

// Switches: written by the test, read by every request.
$harness_switches = json_decode( @file_get_contents( HARNESS_FOLDER . '/switches.json' ) ?: '{}', true );

if ( ! empty( $harness_switches['plain'] ) ) {
	add_filter( 'pre_option_permalink_structure', '__return_empty_string' );
}
if ( ! empty( $harness_switches['rest_closed'] ) ) {
	add_filter( 'rest_authentication_errors', fn() => new WP_Error( 'rest_disabled', 'The REST API is switched off on this site.', array( 'status' => 401 ) ) );
}
if ( ! empty( $harness_switches['xmlrpc_closed'] ) ) {
	add_filter( 'xmlrpc_enabled', '__return_false' );
}

if ( isset( $harness_switches['patience'] ) ) {   // seconds that a request to the service may take at most
	add_filter( 'http_request_timeout', fn() => $harness_switches['patience'] );
	add_filter( 'http_request_args', fn( $request ) => array( 'timeout' => min( $request['timeout'], $harness_switches['patience'] ) ) + $request );
}

if ( 'cli' !== PHP_SAPI && preg_match( '#/wp-json|rest_route=|xmlrpc\.php#', $_SERVER['REQUEST_URI'] ) ) {
	file_put_contents( HARNESS_FOLDER . '/requests.log', "{$_SERVER['REQUEST_METHOD']} {$_SERVER['REQUEST_URI']}\n", FILE_APPEND | LOCK_EX );
	usleep( 1000 * ( $harness_switches['slow'] ?? 0 ) );
	harness_answer_with( harness_next_fault() );
}

// The first line of the file `faults` is the status that this request answers with; 200 lets it through.
function harness_next_fault(): int {
	$file = @fopen( HARNESS_FOLDER . '/faults', 'r+' );
	if ( ! $file ) {
		return 200;
	}
	flock( $file, LOCK_EX );
	$faults = array_filter( explode( "\n", stream_get_contents( $file ) ) );
	$fault  = (int) ( array_shift( $faults ) ?? 200 );
	rewind( $file );
	ftruncate( $file, 0 );
	fwrite( $file, implode( "\n", $faults ) );
	fclose( $file );
	return $fault;
}

function harness_answer_with( int $status ): void {
	if ( 200 === $status ) {
		return;
	}
	http_response_code( $status );
	if ( 429 === $status ) {
		header( 'Retry-After: 1' );
	}
	echo 'This page is not available.';
	exit;
}
