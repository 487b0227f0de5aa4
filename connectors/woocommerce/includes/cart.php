<?php
/** A unit is redeemed as its product comes into the cart, by whatever way, and goes back when it leaves it unpaid. */
namespace FlashSale\WooCommerce;

use FlashSale\Edge;

const UNIT  = '_flashsale_reservation';
const UNTIL = '_flashsale_until'; // Its pay-by time, by this server's clock.
const SOLD  = array( 'sold', 'refunding', 'refunded' );

$is_one = static fn( $is, $product ) => $is || '' !== sale_of( $product->get_id() );
add_filter( 'woocommerce_is_sold_individually', $is_one, 10, 2 );

/** All ways into the cart come through here; an exception keeps the product out. */
add_filter( 'woocommerce_add_cart_item_data', static function ( $data, $product ) {
	$sale = sale_of( (int) $product );
	if ( '' === $sale ) {
		return $data;
	}
	$admission = admission( $sale );
	is_string( $admission ) && refuse( $admission, (int) $product );
	$answer = ledger( 'POST', "/sales/$sale/reservations", array( 'admission' => $admission['token'] ) );
	$unit   = $answer['body'];
	$state  = $unit['state'] ?? '';
	if ( 'held' !== $state ) {
		$code = in_array( $state, SOLD, true ) ? 'alreadyBought' : ( $unit['code'] ?? '' );
		( Edge::isOver( $answer ) || 'alreadyBought' === $code ) && forget( $sale );
		refuse( $code, (int) $product );
	}
	foreach ( WC()->cart->cart_contents as $key => $line ) { // Added again, in another colour say: still one.
		if ( ( $line[ UNIT ] ?? '' ) === $unit['id'] ) {
			unset( WC()->cart->cart_contents[ $key ] );
		}
	}
	$until = time() + strtotime( $unit['payBy'] ) - strtotime( $unit['serverTime'] ?? 'now' );
	wp_cache_set( $unit['id'], $until, 'flashsale', 60 ); // For below: what is returned here makes the line's key.
	return array( UNIT => $unit['id'] ) + $data;
}, 10, 2 );

add_filter( 'woocommerce_add_cart_item', static function ( $line ) {
	return isset( $line[ UNIT ] ) ? array( UNTIL => wp_cache_get( $line[ UNIT ], 'flashsale' ) ) + $line : $line;
} );

add_filter( 'woocommerce_get_item_data', static function ( $shown, $line ) {
	if ( isset( $line[ UNTIL ] ) ) {
		$shown[] = array( 'key' => __( 'Pay by', 'flashsale-waiting-room' ), 'value' => wp_date( 'H:i', $line[ UNTIL ] ) );
	}
	return $shown;
}, 10, 2 );

/** As the ledger has it; '' when it does not say so soon: a cart waits for it no more than once in ten seconds. */
function state_of( string $unit ): string {
	static $known = array();
	if ( ! isset( $known[ $unit ] ) && ! get_transient( 'flashsale_away' ) ) {
		$answer         = ledger( 'GET', "/reservations/$unit", tries: 1, seconds: 2 );
		$known[ $unit ] = $answer['body']['state'] ?? '';
		$answer['status'] || set_transient( 'flashsale_away', 1, 10 );
	}
	return $known[ $unit ] ?? '';
}

/** A product of a sale stays with a unit only, and until its time: saved carts and "order again" may have none. */
function check( bool $ask = false ): void {
	foreach ( WC()->cart->cart_contents as $key => $line ) {
		if ( ! isset( $line[ UNIT ] ) && '' === sale_of( $line['product_id'] ) ) {
			continue;
		}
		$is_paid = null !== order_of( $line[ UNIT ] ?? '' ); // An order has it: the shopper knows.
		$is_over = $is_paid || ( $line[ UNTIL ] ?? 0 ) <= time();
		$state   = $is_over || ! $ask ? '' : state_of( $line[ UNIT ] );
		if ( $is_over || ! in_array( $state, array( '', 'held' ), true ) ) {
			$why = esc_html__( 'The time to pay for your unit has passed.', 'flashsale-waiting-room' );
			WC()->cart->remove_cart_item( $key );
			$is_paid || wc_add_notice( $why, 'error', array( 'flashsale' => 1 ) );
		}
	}
}
add_action( 'woocommerce_cart_loaded_from_session', static fn() => check(), 5 ); // Stored at 10.
add_action( 'woocommerce_check_cart_items', static fn() => check( true ) );      // In the cart, and before an order.

/** The Store API keeps notices, and refuses for each that is there: this one is told once. */
add_action( 'woocommerce_store_api_cart_errors', static function ( $errors ) {
	$all  = wc_get_notices();
	$ours = array_filter( $all['error'] ?? array(), static fn( $notice ) => isset( $notice['data']['flashsale'] ) );
	if ( $ours ) {
		wc_set_notices( array( 'error' => array_diff_key( $all['error'], $ours ) ) + $all );
		$errors->add( 'flashsale_over', current( $ours )['notice'] );
	}
} );

/** To the next shopper, unless an order has it. One that can't be told ends by itself at its pay-by time. */
add_action( 'woocommerce_cart_item_removed', static function ( $key, $cart ) {
	$line = $cart->removed_cart_contents[ $key ] ?? array();
	if ( isset( $line[ UNIT ] ) ) {
		unset( $cart->removed_cart_contents[ $key ] ); // "Undo" can't bring it back.
		forget( sale_of( $line['product_id'] ) );
		order_of( $line[ UNIT ], 'placed' ) || order_of( $line[ UNIT ] ) || ledger( 'DELETE', "/reservations/{$line[ UNIT ]}" );
	}
}, 10, 2 );

/** A problem's status, and what the shopper is told. */
function reason( string $code ): array {
	return match ( $code ) {
		'admissionRequired' => array( 401, __( 'This is sold to those whose turn it is.', 'flashsale-waiting-room' ) ),
		'admissionSpent', 'admissionMissed' => array( 410, __( 'Your turn is over.', 'flashsale-waiting-room' ) ),
		'notYourTurn' => array( 409, __( 'Your unit is gone; you are next in line.', 'flashsale-waiting-room' ) ),
		'alreadyReserved' => array( 409, __( 'You have one in another cart.', 'flashsale-waiting-room' ) ),
		'alreadyBought' => array( 409, __( 'You have bought yours.', 'flashsale-waiting-room' ) ),
		'saleEnded' => array( 410, __( 'The sale has ended.', 'flashsale-waiting-room' ) ),
		default => array( 503, __( 'We could not ask for your unit. Please try again.', 'flashsale-waiting-room' ) ),
	};
}

function refuse( string $code, int $product ): never {
	[ $status, $why ] = reason( $code );
	$line = line_url( $product );
	if ( defined( 'REST_REQUEST' ) ) { // The Store API.
		503 === $status && header( 'Retry-After: 2' );
		throw new \Automattic\WooCommerce\StoreApi\Exceptions\RouteException(
			"flashsale_$code", esc_html( $why ), $status, array( 'lineUrl' => $line ) );
	}
	$link = sprintf( ' <a href="%s">%s</a>', esc_url( $line ), esc_html__( 'To the line', 'flashsale-waiting-room' ) );
	throw new \Exception( esc_html( $why ) . ( 503 === $status ? '' : $link ) );
}
