<?php
/**
 * The service in Tools > Site Health.
 *
 * @package Link_Suggester
 */

namespace Link_Suggester;

defined( 'ABSPATH' ) || exit;

/**
 * A test that says whether suggestions work, and what somebody who helps needs to know; never the key.
 */
class Site_Health {

	const PATIENCE = 5; // Seconds.

	/**
	 * Speaks to the service.
	 *
	 * @var Client
	 */
	private $client;

	/**
	 * Takes what it needs.
	 *
	 * @param Client $client Speaks to the service.
	 */
	public function __construct( Client $client ) {
		$this->client = $client;
	}

	/**
	 * Adds test and information.
	 */
	public function register(): void {
		add_filter( 'site_status_tests', array( $this, 'add_test' ) );
		add_filter( 'debug_information', array( $this, 'add_information' ) );
	}

	/**
	 * Adds the test.
	 *
	 * @param array<string, array<string, mixed>> $tests Tests.
	 * @return array<string, array<string, mixed>>
	 */
	public function add_test( array $tests ): array {
		$tests['direct']['link_suggester'] = array(
			'label' => __( 'Link suggestions', 'link-suggester' ),
			'test'  => array( $this, 'test' ),
		);
		return $tests;
	}

	/**
	 * Looks whether suggestions work.
	 *
	 * @return array<string, mixed>
	 */
	public function test(): array {
		$status = $this->client->ask( 'GET', '/v1/status', null, self::PATIENCE );
		if ( is_wp_error( $status ) ) {
			return $this->result( 'recommended', __( 'Link suggestions do not work', 'link-suggester' ), $status->get_error_message() );
		}
		if ( empty( $status['meta']['synced_at'] ) ) {
			return $this->result( 'recommended', __( 'The link suggester has not read this site yet', 'link-suggester' ), __( 'Run “suggester sync” on the service’s machine.', 'link-suggester' ) );
		}
		if ( ! empty( $status['error'] ) ) {
			return $this->result( 'recommended', __( 'The link suggester could not read this site', 'link-suggester' ), (string) $status['error'] );
		}
		$said = sprintf(
			/* translators: %s: number of posts. */
			_n( 'The service answers and knows %s post.', 'The service answers and knows %s posts.', (int) $status['posts'], 'link-suggester' ),
			number_format_i18n( (int) $status['posts'] )
		);
		return $this->result( 'good', __( 'Link suggestions work', 'link-suggester' ), $said );
	}

	/**
	 * Adds what somebody who helps needs to know.
	 *
	 * @param array<string, array<string, mixed>> $information Sections.
	 * @return array<string, array<string, mixed>>
	 */
	public function add_information( array $information ): array {
		$information['link-suggester'] = array(
			'label'  => __( 'Link suggester', 'link-suggester' ),
			'fields' => $this->settings() + $this->service(),
		);
		return $information;
	}

	/**
	 * Describes the settings.
	 *
	 * @return array<string, array<string, mixed>>
	 */
	private function settings(): array {
		$url = Connection::url();
		$key = '' === Connection::key() ? __( 'missing', 'link-suggester' ) : __( 'set', 'link-suggester' );
		return array(
			'version' => self::field( __( 'Version of the plugin', 'link-suggester' ), VERSION ),
			'url'     => self::field( __( 'Service address', 'link-suggester' ), '' === $url ? __( 'missing', 'link-suggester' ) : $url ) + array( 'private' => true ),
			'key'     => self::field( __( 'Key', 'link-suggester' ), $key ),
			'waiting' => self::field( __( 'Changes that wait to be told', 'link-suggester' ), (string) count( (array) get_option( Changes::OPTION, array() ) ) ),
		);
	}

	/**
	 * Describes the service.
	 *
	 * @return array<string, array<string, mixed>>
	 */
	private function service(): array {
		$status = $this->client->ask( 'GET', '/v1/status', null, self::PATIENCE );
		if ( is_wp_error( $status ) ) {
			$said = $this->client->detail();
			return array( 'trouble' => self::field( __( 'Service', 'link-suggester' ), '' === $said ? $status->get_error_message() : $said ) + array( 'private' => true ) );
		}
		return array(
			'service' => self::field( __( 'Version of the service', 'link-suggester' ), (string) ( $status['version'] ?? '?' ) ),
			'posts'   => self::field( __( 'Posts read', 'link-suggester' ), (string) (int) ( $status['posts'] ?? 0 ) ),
			'orphans' => self::field( __( 'Orphans', 'link-suggester' ), (string) (int) ( $status['orphans'] ?? 0 ) ),
			'synced'  => self::field( __( 'Last sync', 'link-suggester' ), (string) ( $status['meta']['synced_at'] ?? '-' ) ),
		);
	}

	/**
	 * Writes a field.
	 *
	 * @param string $label Its label.
	 * @param string $value Its value.
	 * @return array<string, mixed>
	 */
	private static function field( string $label, string $value ): array {
		return array(
			'label' => $label,
			'value' => $value,
		);
	}

	/**
	 * Writes the result of the test.
	 *
	 * @param string $status 'good' or 'recommended'.
	 * @param string $label  What it comes to.
	 * @param string $said   More about it.
	 * @return array<string, mixed>
	 */
	private function result( string $status, string $label, string $said ): array {
		$link = sprintf( '<a href="%s">%s</a>', esc_url( Settings::url() ), esc_html__( 'Settings of the link suggester', 'link-suggester' ) );
		return array(
			'label'       => $label,
			'status'      => $status,
			'badge'       => array(
				'label' => __( 'Link suggester', 'link-suggester' ),
				'color' => 'blue',
			),
			'description' => '<p>' . esc_html( $said ) . '</p>',
			'actions'     => 'good' === $status || ! current_user_can( 'manage_options' ) ? '' : $link,
			'test'        => 'link_suggester',
		);
	}
}
