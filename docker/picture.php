<?php
// Pictures for the sample posts.

/** Draws hills at dusk into a JPEG file, in colours that its name chooses. */
function draw_picture( string $file, int $width = 1200, int $height = 675 ): void {
	$seed  = crc32( basename( $file ) );
	$image = imagecreatetruecolor( $width, $height );
	$shade = fn( int $dark ) => imagecolorallocate( $image, max( 0, 205 - $dark - $seed % 40 ), max( 0, 215 - $dark ), max( 0, 190 - $dark - $seed % 60 ) );
	imagefill( $image, 0, 0, $shade( 0 ) );
	for ( $hill = 1; $hill <= 4; $hill++ ) {
		$colour = $shade( 35 * $hill );
		for ( $x = 0; $x < $width; $x++ ) {
			$top = (int) ( 130 * $hill + 60 * sin( $x / ( 90 + 40 * $hill ) + $seed % ( 7 * $hill ) ) );
			imageline( $image, $x, $top, $x, $height, $colour );
		}
	}
	imagejpeg( $image, $file, 82 );
}
