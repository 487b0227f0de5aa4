<?php
use Automattic\WooCommerce\StoreApi\Exceptions\RouteException;

final class WC_Product {
	public function __construct( private WP_Post $post ) {}

	public function get_id(): int {
		return $this->post->ID;
	}

	public function is_sold_individually(): bool {
		return apply_filters( 'woocommerce_is_sold_individually', false, $this );
	}
}

function wc_get_product( $id ): ?WC_Product {
	$post = get_post( $id );
	return $post ? new WC_Product( $post ) : null;
}

final class WC_Cart {
	public array $cart_contents         = array();
	public array $removed_cart_contents = array();

	public function get_cart_from_session(): void {
		$this->cart_contents         = WC()->session->get( 'cart', array() );
		$this->removed_cart_contents = WC()->session->get( 'removed_cart_contents', array() );
		add_action( 'woocommerce_cart_loaded_from_session', array( $this, 'set_session' ) );
		do_action( 'woocommerce_cart_loaded_from_session', $this );
	}

	public function set_session(): void {
		WC()->session->set( 'cart', $this->cart_contents );
		WC()->session->set( 'removed_cart_contents', $this->removed_cart_contents );
	}

	public function add_to_cart( int $product, int $quantity = 1 ): string|false {
		try {
			$data = (array) apply_filters( 'woocommerce_add_cart_item_data', array(), $product, 0, $quantity );
			$key  = $this->key( $product, $data );
			if ( wc_get_product( $product )->is_sold_individually() ) {
				$quantity = apply_filters( 'woocommerce_add_to_cart_sold_individually_quantity', 1, $quantity, $product, 0, $data );
				if ( isset( $this->cart_contents[ $key ] ) ) {
					throw new Exception( 'You cannot add another' );
				}
			}
			return $this->put( $key, $product, $quantity, $data );
		} catch ( Exception $why ) {
			wc_add_notice( $why->getMessage(), 'error' );
			return false;
		}
	}

	/** The Store API asks the filter first, and looks into the cart afterwards. */
	public function add_by_api( int $product, int $quantity ): array {
		$data = (array) apply_filters( 'woocommerce_add_cart_item_data', array(), $product, 0, $quantity );
		$key  = $this->key( $product, $data );
		if ( ! apply_filters( 'woocommerce_add_to_cart_validation', true, $product, $quantity, 0, array(), $data ) ) {
			throw new RouteException( 'woocommerce_rest_add_to_cart_error', 'not valid' );
		}
		do_action( 'woocommerce_store_api_validate_add_to_cart', wc_get_product( $product ), array( 'id' => $product ) );
		$is_one = wc_get_product( $product )->is_sold_individually();
		if ( $is_one && isset( $this->cart_contents[ $key ] ) ) {
			throw new RouteException( 'woocommerce_rest_product_too_many_in_cart', 'only one' );
		}
		$this->put( $key, $product, $is_one ? 1 : $quantity, $data );
		return array_values( $this->cart_contents );
	}

	/** As before an order by the Store API: errors among the notices, older ones too, become a refusal; those of before are kept. */
	public function check_by_api(): void {
		$errors = new WP_Error();
		do_action( 'woocommerce_store_api_cart_errors', $errors, $this );
		if ( ! $errors->has_errors() ) {
			$before = wc_get_notices();
			do_action( 'woocommerce_check_cart_items' );
			foreach ( wc_get_notices()['error'] ?? array() as $notice ) {
				$errors->add( 'woocommerce_rest_cart_item_error', $notice['notice'] );
			}
			wc_set_notices( $before );
		}
		if ( $errors->has_errors() ) {
			throw new RouteException( 'woocommerce_cart_error', implode( ' ', $errors->get_error_messages() ), 409 );
		}
		if ( ! $this->cart_contents ) {
			throw new RouteException( 'woocommerce_rest_cart_empty', 'empty', 400 );
		}
	}

	public function remove_cart_item( string $key ): bool {
		if ( ! isset( $this->cart_contents[ $key ] ) ) {
			return false;
		}
		$this->removed_cart_contents[ $key ] = $this->cart_contents[ $key ];
		do_action( 'woocommerce_remove_cart_item', $key, $this );
		unset( $this->cart_contents[ $key ] );
		do_action( 'woocommerce_cart_item_removed', $key, $this );
		$this->set_session();
		return true;
	}

	public function restore_cart_item( string $key ): void {
		if ( isset( $this->removed_cart_contents[ $key ] ) ) {
			$this->cart_contents[ $key ] = $this->removed_cart_contents[ $key ];
			unset( $this->removed_cart_contents[ $key ] );
			do_action( 'woocommerce_cart_item_restored', $key, $this );
			$this->set_session();
		}
	}

	public function empty_cart(): void {
		$this->cart_contents = array();
		do_action( 'woocommerce_cart_emptied', true );
		$this->set_session();
	}

	/** What others put there without asking, as "order again" and saved carts do. */
	public function force( int $product ): void {
		$this->cart_contents['forced'] = array( 'key' => 'forced', 'product_id' => $product, 'variation_id' => 0, 'quantity' => 1 );
		$this->set_session();
	}

	private function key( int $product, array $data ): string {
		return md5( $product . http_build_query( $data ) );
	}

	private function put( string $key, int $product, int $quantity, array $data ): string {
		$line = array( 'key' => $key, 'product_id' => $product, 'variation_id' => 0, 'variation' => array(), 'quantity' => $quantity );
		$this->cart_contents[ $key ] = apply_filters( 'woocommerce_add_cart_item', array_merge( $data, $line ), $key );
		do_action( 'woocommerce_add_to_cart', $key, $product, $quantity, 0, array(), $data );
		$this->set_session();
		return $key;
	}
}
