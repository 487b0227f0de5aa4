<?php
/**
 * Plugin Name: A stand-in for WooCommerce
 * Description: Fires the hooks that connectors/woocommerce/ listens to, with the arguments and in the order of WooCommerce's
 *              own documentation. It is no shop: WooCommerce itself can't be had where these tests run.
 */

namespace Automattic\WooCommerce\Utilities {
	final class FeaturesUtil {
		public static function declare_compatibility( string $feature, string $file, bool $positive = true ): bool {
			return $positive && is_file( $file );
		}
	}
}

namespace Automattic\WooCommerce\StoreApi\Exceptions {
	final class RouteException extends \Exception {
		public function __construct( public string $name, string $message, int $status = 400, public array $more = array() ) {
			parent::__construct( $message, $status );
		}
	}
}

namespace {
	use Automattic\WooCommerce\StoreApi\Exceptions\RouteException;

	require __DIR__ . '/cart.php';
	require __DIR__ . '/order.php';
	require __DIR__ . '/control.php';

	/** Of a browser, by a cookie. */
	final class WC_Session {
		private array $data;
		private string $name;

		public function __construct() {
			$id         = preg_replace( '/\W/', '', $_COOKIE['wc_session'] ?? wp_generate_password( 20, false ) );
			$this->name = "wc_session_$id";
			$this->data = get_option( $this->name, array() );
			headers_sent() || setcookie( 'wc_session', $id, 0, '/' );
			add_action( 'shutdown', fn() => update_option( $this->name, $this->data, false ), 20 );
		}

		public function get( string $key, $default = null ) {
			return $this->data[ $key ] ?? $default;
		}

		public function set( string $key, $value ): void {
			$this->data[ $key ] = $value;
		}
	}

	final class WooCommerce {
		public ?WC_Session $session = null;
		public ?WC_Cart $cart       = null;
	}

	function WC(): WooCommerce {
		static $one;
		return $one ??= new WooCommerce();
	}

	function wc_load_cart(): void {
		WC()->session ??= new WC_Session();
		WC()->cart    ??= new WC_Cart();
	}

	function wc_add_notice( string $message, string $type = 'success', array $data = array() ): void {
		$notices            = wc_get_notices();
		$notices[ $type ][] = array( 'notice' => $message, 'data' => $data );
		wc_set_notices( $notices );
	}

	/** By their types. */
	function wc_get_notices(): array {
		return WC()->session->get( 'wc_notices', array() );
	}

	function wc_set_notices( array $notices ): void {
		WC()->session->set( 'wc_notices', $notices );
	}

	/** What has not been shown yet. */
	function wc_take_notices(): array {
		$notices = wc_get_notices();
		wc_set_notices( array() );
		return array_column( array_merge( ...array_values( $notices ) ), 'notice' );
	}

	function woocommerce_wp_text_input( array $field ): void {
		printf( '<p class="form-field"><input name="%s"></p>', esc_attr( $field['id'] ) );
	}

	add_action( 'plugins_loaded', static fn() => do_action( 'before_woocommerce_init' ) );
	add_action( 'init', static function () {
		register_post_type( 'product', array( 'public' => true, 'rewrite' => array( 'slug' => 'product' ), 'label' => 'Products' ) );
		register_post_type( 'shop_order', array( 'public' => false, 'label' => 'Orders' ) );
		defined( 'DOING_CRON' ) || wc_load_cart();
	} );
	add_action( 'wp_loaded', static fn() => WC()->cart?->get_cart_from_session() );

	// This server is one process: what WordPress asks itself over HTTP would wait for its own answer.
	remove_action( 'init', 'wp_schedule_update_checks' );
	remove_action( 'init', 'wp_schedule_https_detection' );

	// Tests wait for no minute.
	add_filter( 'cron_schedules', static fn( $all ) => array( 'flashsale' => array( 'interval' => 1, 'display' => '' ) ) + $all, 99 );
	add_filter( 'flashsale_retry_seconds', static fn() => 0 );

	// A form, or ?add-to-cart=.
	add_action( 'wp_loaded', static function () {
		if ( is_numeric( $_REQUEST['add-to-cart'] ?? '' ) ) {
			$id  = apply_filters( 'woocommerce_add_to_cart_product_id', absint( $_REQUEST['add-to-cart'] ) );
			$all = (int) ( $_REQUEST['quantity'] ?? 1 );
			if ( apply_filters( 'woocommerce_add_to_cart_validation', true, $id, $all ) && WC()->cart->add_to_cart( $id, $all ) ) {
				wc_add_notice( 'added to your cart' );
			}
		}
		if ( isset( $_GET['remove_item'] ) ) {
			WC()->cart->remove_cart_item( $_GET['remove_item'] );
		}
		if ( isset( $_GET['undo_item'] ) ) {
			WC()->cart->restore_cart_item( $_GET['undo_item'] );
		}
	}, 20 );

	// A script of the theme.
	add_action( 'template_redirect', static function () {
		if ( 'add_to_cart' === ( $_GET['wc-ajax'] ?? '' ) ) {
			$id    = absint( $_POST['product_id'] );
			$all   = (int) ( $_POST['quantity'] ?? 1 );
			$added = apply_filters( 'woocommerce_add_to_cart_validation', true, $id, $all ) && WC()->cart->add_to_cart( $id, $all );
			wp_send_json( $added ? array( 'fragments' => array() ) : array( 'error' => true, 'product_url' => get_permalink( $id ) ) );
		}
	}, 0 );

	// The Store API, of the blocks.
	add_action( 'rest_api_init', static function () {
		$route = static fn( string $path, callable $act ) => register_rest_route( 'wc/store/v1', $path, array(
			'methods'             => 'POST',
			'permission_callback' => '__return_true',
			'callback'            => static function ( $request ) use ( $act ) {
				try {
					return new WP_REST_Response( $act( $request ), 201 );
				} catch ( RouteException $why ) {
					return new WP_Error( $why->name, $why->getMessage(), $why->more + array( 'status' => $why->getCode() ) );
				}
			},
		) );
		$route( '/cart/add-item', static fn( $request ) => WC()->cart->add_by_api( (int) $request['id'], (int) $request['quantity'] ) );
		$route( '/checkout', static function () {
			WC()->cart->check_by_api();
			$order = WC_Order::of_cart();
			do_action( 'woocommerce_store_api_checkout_order_processed', $order );
			return array( 'order_id' => $order->get_id() );
		} );
	} );
}
