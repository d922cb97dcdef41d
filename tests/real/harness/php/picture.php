<?php
// php picture.php FILE.jpg: a picture of hills at dusk, in colours that its name chooses.
$width  = 1200;
$height = 675;
$seed   = crc32( basename( $argv[1] ) );
$image  = imagecreatetruecolor( $width, $height );
$shade  = fn( int $dark ) => imagecolorallocate( $image, max( 0, 205 - $dark - $seed % 40 ), max( 0, 215 - $dark ), max( 0, 190 - $dark - $seed % 60 ) );
imagefill( $image, 0, 0, $shade( 0 ) );
for ( $hill = 1; $hill <= 4; $hill++ ) {
	$colour = $shade( 35 * $hill );
	for ( $x = 0; $x < $width; $x++ ) {
		$top = (int) ( 130 * $hill + 60 * sin( $x / ( 90 + 40 * $hill ) + $seed % ( 7 * $hill ) ) );
		imageline( $image, $x, $top, $x, $height, $colour );
	}
}
imagejpeg( $image, $argv[1], 82 );
