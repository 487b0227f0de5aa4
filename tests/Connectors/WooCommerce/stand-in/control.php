<?php
/** What a test asks for: ?stand-in=…, answered in JSON. */
add_action( 'wp_loaded', static function () {
	$order = wc_get_order( absint( $_GET['id'] ?? 0 ) );
	$act   = array(
		'product' => static function () {
			$id = wp_insert_post( array( 'post_type' => 'product', 'post_status' => 'publish', 'post_title' => $_GET['sale'] ) );
			update_post_meta( $id, '_flashsale_sale', $_GET['of'] ?? $_GET['sale'] );
			return array( 'id' => $id, 'url' => wp_make_link_relative( get_permalink( $id ) ) );
		},
		'cart'    => static function () {
			do_action( 'woocommerce_check_cart_items' );
			return array( 'lines' => array_values( WC()->cart->cart_contents ), 'notices' => wc_take_notices() );
		},
		'force'   => static fn() => WC()->cart->force( absint( $_GET['id'] ) ),
		'order'   => static function () {
			do_action( 'woocommerce_check_cart_items' );
			$order = WC()->cart->cart_contents ? WC_Order::of_cart() : null;
			$order && do_action( 'woocommerce_checkout_order_processed', $order->get_id(), array(), $order );
			return array( 'order_id' => $order?->get_id() ?? 0 );
		},
		'pay'     => static fn() => $order->payment_complete( 'txn' ),
		'status'  => static fn() => $order->update_status( $_GET['to'] ),
		'read'    => static fn() => array(
			'status'       => $order->get_status(),
			'states'       => array_map( static fn( $item ) => $item->get_meta( '_flashsale_state' ), $order->get_items() ),
			'notes'        => get_post_meta( $order->get_id(), 'note' ),
			'needsPayment' => $order->needs_payment(),
		),
	);
	if ( isset( $act[ $_GET['stand-in'] ?? '' ] ) ) {
		wp_send_json( $act[ $_GET['stand-in'] ]() ?? array() );
	}
}, 30 );
