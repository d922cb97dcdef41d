<?php
/**
 * What was counted and is not sent yet.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester;

defined( 'ABSPATH' ) || exit;

/**
 * A small table: for each month, post and link a number, and the batch in which it goes to the service.
 *
 * A click adds one in a single statement, so that two at once are two. Lines without a batch are open; when it is time
 * to send, all of them get the name of a batch, which stays the same however often it is sent.
 */
class Click_Counts {

	const MOST_LINES    = 2000; // All lines that wait; then links that have none yet are counted no more.
	const MOST_A_MINUTE = 300;  // Clicks looked at, of all readers together.
	const OPEN          = '';
	const MINUTE        = 'minute'; // The batch of the lines that say how many clicks were looked at.

	/**
	 * Gives the name of the table of the present site.
	 */
	public static function table(): string {
		global $wpdb;
		return $wpdb->prefix . 'link_suggester_clicks';
	}

	/**
	 * Makes the table, unless it is there.
	 */
	public static function create(): void {
		self::query(
			'CREATE TABLE IF NOT EXISTS %table ( batch varchar(36) NOT NULL, month varchar(16) NOT NULL, source bigint(20) unsigned NOT NULL,'
			. ' hash varchar(32) NOT NULL, href text NOT NULL, anchor text NOT NULL, clicks int(10) unsigned NOT NULL,'
			. ' PRIMARY KEY (batch, month, source, hash) ) ' . $GLOBALS['wpdb']->get_charset_collate()
		);
	}

	/**
	 * Takes the table away, with all that is in it.
	 */
	public static function drop(): void {
		self::query( 'DROP TABLE IF EXISTS %table' );
	}

	/**
	 * Says whether more clicks come in this minute than are looked at; each time it is asked is one.
	 */
	public static function is_flooded(): bool {
		global $wpdb;
		$minute = gmdate( 'Y-m-d H:i' );
		if ( 1 === self::increase( self::MINUTE, $minute, 0, '', '', '' ) ) { // 2 where the line was there.
			self::query( 'DELETE FROM %table WHERE batch = %s AND month < %s', self::MINUTE, $minute );
		}
		return (int) $wpdb->get_var( self::prepared( 'SELECT clicks FROM %table WHERE batch = %s AND month = %s', self::MINUTE, $minute ) ) > self::MOST_A_MINUTE;
	}

	/**
	 * Counts a click.
	 *
	 * @param int    $source Post ID that the link stands in.
	 * @param string $href   Where it leads.
	 * @param string $anchor Its words.
	 * @return bool Whether there was room.
	 */
	public static function add( int $source, string $href, string $anchor ): bool {
		global $wpdb;
		$month = wp_date( 'Y-m' );
		$hash  = md5( "$href\n$anchor" );
		if ( self::query( 'UPDATE %table SET clicks = clicks + 1 WHERE batch = %s AND month = %s AND source = %d AND hash = %s', self::OPEN, $month, $source, $hash ) > 0 ) {
			return true;
		}
		if ( (int) $wpdb->get_var( self::prepared( 'SELECT COUNT(*) FROM %table' ) ) >= self::MOST_LINES ) {
			return false;
		}
		return self::increase( self::OPEN, $month, $source, $hash, $href, $anchor ) > 0;
	}

	/**
	 * Gives the batch that is to be sent next: the one that could not be sent, or what was counted since.
	 *
	 * @return array{0: string, 1: array<int, array<string, mixed>>} Its name and its lines; no lines where nothing waits.
	 */
	public static function next_batch(): array {
		global $wpdb;
		$fresh = wp_generate_uuid4();
		if ( ! self::exists() ) {
			return array( $fresh, array() );
		}
		$batch = $wpdb->get_var( self::prepared( 'SELECT batch FROM %table WHERE batch NOT IN ( %s, %s ) LIMIT 1', self::OPEN, self::MINUTE ) );
		if ( ! $batch ) {
			$batch = $fresh;
			self::query( 'UPDATE %table SET batch = %s WHERE batch = %s', $batch, self::OPEN );
		}
		$lines = $wpdb->get_results( self::prepared( 'SELECT source, href, anchor, month, clicks FROM %table WHERE batch = %s', $batch ), ARRAY_A );
		foreach ( $lines as &$line ) {
			$line['source'] = (int) $line['source'];
			$line['clicks'] = (int) $line['clicks'];
		}
		return array( $batch, $lines );
	}

	/**
	 * Forgets a batch: the service has it.
	 *
	 * @param string $batch Its name.
	 */
	public static function forget( string $batch ): void {
		self::query( 'DELETE FROM %table WHERE batch = %s', $batch );
	}

	/**
	 * Says whether there is a table: clicks are counted, or were until a moment ago.
	 */
	private static function exists(): bool {
		global $wpdb;
		$suppressed = $wpdb->suppress_errors();
		$columns    = $wpdb->get_results( self::prepared( 'DESCRIBE %table' ) );
		$wpdb->suppress_errors( $suppressed );
		return (bool) $columns;
	}

	/**
	 * Adds one to a line, or makes it.
	 *
	 * @param string $batch  Batch.
	 * @param string $month  Month, or minute.
	 * @param int    $source Post ID.
	 * @param string $hash   Hash of link and words.
	 * @param string $href   Where it leads.
	 * @param string $anchor Its words.
	 * @return int Lines that were made or changed, as the database counts them.
	 */
	private static function increase( string $batch, string $month, int $source, string $hash, string $href, string $anchor ): int {
		return self::query(
			'INSERT INTO %table ( batch, month, source, hash, href, anchor, clicks ) VALUES ( %s, %s, %d, %s, %s, %s, 1 ) ON DUPLICATE KEY UPDATE clicks = clicks + 1',
			$batch,
			$month,
			$source,
			$hash,
			$href,
			$anchor
		);
	}

	/**
	 * Runs a statement.
	 *
	 * @param string     $statement Statement; %table stands for the table.
	 * @param string|int ...$values Values.
	 */
	private static function query( string $statement, ...$values ): int {
		global $wpdb;
		return (int) $wpdb->query( self::prepared( $statement, ...$values ) ); // phpcs:ignore WordPress.DB -- a table of our own; nothing of it is cached.
	}

	/**
	 * Puts values into a statement.
	 *
	 * @param string     $statement Statement; %table stands for the table.
	 * @param string|int ...$values Values.
	 */
	private static function prepared( string $statement, ...$values ): string {
		global $wpdb;
		$named = str_replace( '%table', '`' . self::table() . '`', $statement );
		return $values ? (string) $wpdb->prepare( $named, ...$values ) : $named; // phpcs:ignore WordPress.DB.PreparedSQL -- the table's name alone is put in.
	}
}
