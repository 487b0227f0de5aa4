<?php
/** What a test asks for: ?stand-in=…, answered in JSON. */
add_action( 'wp_loaded', static function () {
	$order = wc_get_order( absint( $_GET['id'] ?? 0 ) );
	$act   = array(
		'product' => static function () {
			$id = wp_insert_post( array( 'post_type' => 'product', 'post_status' => 'publish', 'post_title' => $_GET['sale'] ) );
			update_post_meta( $id, '_flashsale_sale', $_GET['of'] ?? $_GET['sale'] );
			delete_transient( 'flashsale_away' ); // Of another test's line.
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
			if ( $order ) {
				sleep( absint( $_GET['takes'] ?? 0 ) );
				do_action( 'woocommerce_checkout_order_processed', $order->get_id(), array(), $order );
				$order->needs_payment() || $order->payment_complete(); // As what is free of charge.
			}
			return array( 'order_id' => $order?->get_id() ?? 0 );
		},
		// The plugin's: an order is due now, after so many tries; others before it; its minute has come; it goes.
		'due'     => static fn() => \FlashSale\WooCommerce\set_due( absint( $_GET['id'] ), 1, absint( $_GET['tries'] ?? 0 ) ),
		'crowd'   => static function () {
			for ( $i = 0; $i < absint( $_GET['of'] ); $i++ ) {
				\FlashSale\WooCommerce\set_due( 900_000_000 + $i, 1 );
			}
		},
		'sweep'   => static fn() => do_action( 'flashsale_sweep' ),
		'uninstall' => static function () {
			define( 'WP_UNINSTALL_PLUGIN', 'flashsale-waiting-room/flashsale-waiting-room.php' );
			require WP_PLUGIN_DIR . '/flashsale-waiting-room/uninstall.php';
			return array( 'left' => $GLOBALS['wpdb']->get_col( "SHOW TABLES LIKE '%flashsale%'" ), 'made' => get_option( 'flashsale_kept' ) );
		},
		'field'   => static function () {
			ob_start();
			do_action( 'woocommerce_product_options_general_product_data' );
			return array( 'html' => ob_get_clean() );
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
