<?php
/** A line of an order; what it knows is in the order's post. */
final class WC_Order_Item {
	public function __construct( private int $order, private string $key, private array $meta = array() ) {}

	public function get_meta( string $name ) {
		return $this->meta[ $name ] ?? '';
	}

	public function update_meta_data( string $name, $value ): void {
		$this->meta[ $name ] = $value;
	}

	public function save(): void {
		update_post_meta( $this->order, "item_$this->key", $this->meta );
	}
}

final class WC_Order {
	private function __construct( private int $id ) {}

	public static function find( $order ): WC_Order|false {
		return $order instanceof WC_Order ? $order : ( 'shop_order' === get_post_type( $order ) ? new WC_Order( (int) $order ) : false );
	}

	/** With a line for each of the cart's, as a checkout makes it. */
	public static function of_cart(): WC_Order {
		$order = new WC_Order( wp_insert_post( array( 'post_type' => 'shop_order', 'post_status' => 'publish' ) ) );
		update_post_meta( $order->id, 'status', 'pending' );
		foreach ( WC()->cart->cart_contents as $key => $values ) {
			$item = new WC_Order_Item( $order->id, $key );
			do_action( 'woocommerce_checkout_create_order_line_item', $item, $key, $values, $order );
			$item->save();
		}
		return $order;
	}

	public function get_id(): int {
		return $this->id;
	}

	public function get_items(): array {
		$items = array();
		foreach ( get_post_meta( $this->id ) as $name => $values ) {
			if ( str_starts_with( $name, 'item_' ) ) {
				$items[] = new WC_Order_Item( $this->id, substr( $name, 5 ), maybe_unserialize( $values[0] ) );
			}
		}
		return $items;
	}

	public function get_status(): string {
		return get_post_meta( $this->id, 'status', true );
	}

	public function has_status( $statuses ): bool {
		return in_array( $this->get_status(), (array) $statuses, true );
	}

	public function is_paid(): bool {
		return $this->has_status( array( 'processing', 'completed' ) );
	}

	public function get_date_paid(): ?string {
		return get_post_meta( $this->id, 'paid', true ) ?: null;
	}

	public function needs_payment(): bool {
		return apply_filters( 'woocommerce_order_needs_payment', $this->has_status( array( 'pending', 'failed' ) ), $this, array( 'pending', 'failed' ) );
	}

	public function update_status( string $to, string $note = '' ): bool {
		$from = $this->get_status();
		'' === $note || $this->add_order_note( $note );
		if ( $from !== $to ) {
			update_post_meta( $this->id, 'status', $to );
			do_action( "woocommerce_order_status_$to", $this->id, $this, array( 'from' => $from, 'to' => $to ) );
			do_action( "woocommerce_order_status_{$from}_to_$to", $this->id, $this );
			do_action( 'woocommerce_order_status_changed', $this->id, $from, $to, $this );
		}
		return true;
	}

	public function payment_complete( string $transaction = '' ): void {
		do_action( 'woocommerce_pre_payment_complete', $this->id, $transaction );
		update_post_meta( $this->id, 'paid', gmdate( 'c' ) );
		$this->update_status( 'processing' );
		do_action( 'woocommerce_payment_complete', $this->id, $transaction );
	}

	public function add_order_note( string $note ): int {
		return add_post_meta( $this->id, 'note', $note );
	}
}

function wc_get_order( $order ): WC_Order|false {
	return WC_Order::find( $order );
}
