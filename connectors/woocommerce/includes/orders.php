<?php
/**
 * A paid order has its units confirmed; one that failed, or was not paid in time, gives them back. It is written down
 * before the ledger is told, and told again until the ledger has answered: "don't know" is never taken for "no".
 */
namespace FlashSale\WooCommerce;

const STATE = '_flashsale_state'; // Of an order's line: sold, lost or given back.
const SWEEP = 'flashsale_sweep';
const MOST  = 80;                 // Tries: three days, once an hour at the last.

/** The order's lines that have a unit. */
function lines( $order ): array {
	return array_filter( $order ? $order->get_items() : array(), static fn( $item ) => (bool) $item->get_meta( UNIT ) );
}

add_action( 'woocommerce_checkout_create_order_line_item', static function ( $item, $key, $values ) {
	foreach ( array_intersect_key( $values, array( UNIT => 1, UNTIL => 1 ) ) as $name => $value ) {
		$item->update_meta_data( $name, $value );
	}
}, 10, 3 );

/** An order is placed: the units are its own from now on, until it is paid or the first pay-by time. */
function expect( $order ): void {
	$order = wc_get_order( $order );
	$lines = array_values( lines( $order ) );
	if ( $lines ) {
		set_due( $order->get_id(), 1 + min( array_map( static fn( $item ) => (int) $item->get_meta( UNTIL ), $lines ) ) );
		WC()->session->set( UNIT, array_map( static fn( $item ) => $item->get_meta( UNIT ), $lines ) );
	}
}
add_action( 'woocommerce_checkout_order_processed', __NAMESPACE__ . '\expect' );
add_action( 'woocommerce_store_api_checkout_order_processed', __NAMESPACE__ . '\expect' );

/** Not when a unit of it is somebody else's by now. */
add_filter( 'woocommerce_order_needs_payment', static function ( $needs, $order ) {
	return $needs && ! array_filter( lines( $order ), static fn( $item ) => (bool) $item->get_meta( STATE ) );
}, 10, 2 );

function settle( int $id, int $tries ): void {
	static $seen = array(); // What was said of it in this request: WooCommerce says twice that an order is paid.
	$order = wc_get_order( $id );
	$lines = lines( $order );
	if ( ! $lines || ( $seen[ $id ] ?? '' ) === $order->get_status() ) {
		$lines || set_due( $id, null );
		return;
	}
	$seen[ $id ] = $order->get_status();

	set_due( $id, time() + (int) apply_filters( 'flashsale_retry_seconds', min( 3600, 15 << min( $tries, 8 ) ) ), $tries + 1 );
	$open = array_filter( $lines, static fn( $item ) => ! settle_line( $order, $item ) );
	if ( ! $open || $tries >= MOST ) {
		set_due( $id, null );
	}
	if ( $open && 0 === $tries ) {
		$order->add_order_note( __( 'FlashSale: no answer yet; it is asked again by itself.', 'flashsale-waiting-room' ) );
	}
	$open && $tries >= MOST
		&& $order->update_status( 'on-hold', __( 'FlashSale: no answer for days. Ask its operator.', 'flashsale-waiting-room' ) );
}
foreach ( array( 'payment_complete', 'order_status_processing', 'order_status_completed', 'order_status_failed',
	'order_status_cancelled' ) as $event ) {
	add_action( "woocommerce_$event", static fn( $order ) => settle( (int) $order, 0 ) );
}

/** True when there is nothing more to tell of it. */
function settle_line( $order, $item ): bool {
	$state = $item->get_meta( STATE );
	$ended = $order->has_status( array( 'failed', 'cancelled' ) );
	if ( 'sold' === $state || 'lost' === $state ) {
		return true;
	}
	if ( ! $ended && ( $order->is_paid() || $order->get_date_paid() ) ) {
		return confirm( $order, $item );
	}
	return $state || ( ( $ended || (int) $item->get_meta( UNTIL ) < time() ) && give_back( $order, $item ) );
}

function confirm( $order, $item ): bool {
	$unit = $item->get_meta( UNIT );
	once( "unit:$unit", time() + YEAR_IN_SECONDS, $order->get_id() );
	$is_ours = order_of( $unit ) === (string) $order->get_id(); // A cart can be in two browsers, and in two orders then.
	$answer  = $is_ours ? ledger( 'POST', "/reservations/$unit/confirm" )['body'] : array( 'code' => 'alreadyBought' );
	if ( 'sold' === ( $answer['state'] ?? '' ) ) {
		return note( $order, $item, 'sold', __( 'FlashSale: the unit is sold.', 'flashsale-waiting-room' ) );
	}
	if ( ! in_array( $answer['code'] ?? '', array( 'reservationEnded', 'alreadyBought' ), true ) ) {
		return false;
	}
	note( $order, $item, 'lost', __( 'FlashSale: too late, the unit is lost. Refund the shopper.', 'flashsale-waiting-room' ) );
	return $order->update_status( 'on-hold' );
}

function give_back( $order, $item ): bool {
	$answer = ledger( 'DELETE', '/reservations/' . $item->get_meta( UNIT ) );
	$code   = $answer['body']['code'] ?? '';
	if ( 'alreadyBought' === $code ) {
		return note( $order, $item, 'sold', __( 'FlashSale: it was sold; refund it at the line.', 'flashsale-waiting-room' ) );
	}
	if ( 200 !== $answer['status'] && 'reservationEnded' !== $code ) {
		return false;
	}
	note( $order, $item, 'given back', __( 'FlashSale: not paid; the unit is given back.', 'flashsale-waiting-room' ) );
	$order->has_status( 'pending' ) && $order->update_status( 'cancelled' );
	return true;
}

function note( $order, $item, string $state, string $words ): bool {
	$item->update_meta_data( STATE, $state );
	$item->save();
	return (bool) $order->add_order_note( $words );
}

/** Every minute: the orders that are due, the longest first, and away with what is of no use any more. */
add_action( SWEEP, static function () {
	global $wpdb;
	$due = 'SELECT name, value FROM KEPT WHERE name LIKE %s AND at <= %d ORDER BY at LIMIT 20';
	foreach ( $wpdb->get_results( kept( $due, 'due:%', time() ) ) as $row ) {
		settle( (int) substr( $row->name, 4 ), (int) $row->value );
	}
	$wpdb->query( kept( 'DELETE FROM KEPT WHERE at < %d AND name NOT LIKE %s LIMIT 1000', time() - 60, 'due:%' ) );
} );

add_filter( 'cron_schedules', static function ( $all ) {
	return array( 'flashsale' => array( 'interval' => 60, 'display' => 'FlashSale' ) ) + $all;
} );
add_action( 'init', static function () {
	if ( function_exists( 'as_has_scheduled_action' ) ) {
		as_has_scheduled_action( SWEEP ) || as_schedule_recurring_action( time(), MINUTE_IN_SECONDS, SWEEP );
	} else {
		wp_next_scheduled( SWEEP ) || wp_schedule_event( time(), 'flashsale', SWEEP );
	}
} );
