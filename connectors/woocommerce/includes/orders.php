<?php
/**
 * A paid order has its units confirmed; one that has ended gives them back, and one that is not paid in time ends when the
 * ledger says that they are gone. It is written down before the ledger is told, and told again until the ledger has
 * answered: "don't know" is never taken for "no".
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

/** An order is placed: the units are its own from now on, not the cart's. Another total makes another order of one unit. */
function expect( $order ): void {
	$order = wc_get_order( $order );
	$lines = lines( $order );
	foreach ( $lines as $item ) {
		keep( 'placed:' . $item->get_meta( UNIT ), time() + WEEK_IN_SECONDS, $order->get_id() );
	}
	$lines && set_due( $order->get_id(), 10 + min( array_map( static fn( $item ) => (int) $item->get_meta( UNTIL ), $lines ) ) );
}
add_action( 'woocommerce_checkout_order_processed', __NAMESPACE__ . '\expect' );
add_action( 'woocommerce_store_api_checkout_order_processed', __NAMESPACE__ . '\expect' );

/** Not when a unit of it may be somebody else's by now; but as it is placed, "no" would mean that it is free of charge. */
add_filter( 'woocommerce_order_needs_payment', static function ( $needs, $order ) {
	$is_placed = did_action( 'woocommerce_checkout_order_processed' ) || did_action( 'woocommerce_before_pay_action' )
		|| did_action( 'woocommerce_store_api_checkout_order_processed' );
	$is_over   = static fn( $item ) => $item->get_meta( STATE ) || (int) $item->get_meta( UNTIL ) < time();
	return $needs && ( $is_placed || ! array_filter( lines( $order ), $is_over ) );
}, 10, 2 );

/** After so many tries; null: it is the order's status that has changed. */
function settle( int $id, ?int $tries = null ): void {
	static $seen = array(); // What was said of it in this request: WooCommerce says twice that an order is paid.
	$order = wc_get_order( $id );
	$lines = lines( $order );
	if ( ! $lines || ( null === $tries && ( $seen[ $id ] ?? '' ) === $order->get_status() ) ) {
		$lines || set_due( $id, null );
		return;
	}
	$seen[ $id ] = $order->get_status();

	$wait = (int) apply_filters( 'flashsale_retry_seconds', min( 3600, 15 << min( (int) $tries, 8 ) ) );
	set_due( $id, time() + $wait, $tries + 1, is_paid( $order ) );
	$said = array_map( static fn( $item ) => settle_line( $order, $item ), $lines );
	$open = in_array( false, array_map( 'boolval', $said ), true );
	$last = $open && $tries >= MOST;
	if ( ! $open || $last ) {
		set_due( $id, null );
	}
	if ( $last ) {
		$order->add_order_note( __( 'FlashSale: no answer for days. Ask its operator.', 'flashsale-waiting-room' ) );
		$order->has_status( 'processing' ) && $order->update_status( 'on-hold' );
	} elseif ( in_array( null, $said, true ) && once( "away:$id", time() + WEEK_IN_SECONDS ) ) {
		$order->add_order_note( __( 'FlashSale: no answer yet; it is asked again by itself.', 'flashsale-waiting-room' ) );
	}
	$order->has_status( 'pending' ) && array_filter( $lines, static fn( $item ) => 'given back' === $item->get_meta( STATE ) )
		&& $order->update_status( 'cancelled' );
}
foreach ( array( 'payment_complete', 'order_status_processing', 'order_status_completed', 'order_status_failed',
	'order_status_cancelled', 'order_status_refunded' ) as $event ) {
	add_action( "woocommerce_$event", static fn( $order ) => settle( (int) $order ) );
}

function has_ended( $order ): bool {
	return $order->has_status( array( 'failed', 'cancelled', 'refunded' ) );
}

function is_paid( $order ): bool {
	return ! has_ended( $order ) && ( $order->is_paid() || $order->get_date_paid() );
}

/** True when there is nothing more to tell of it, false when there will be, null when the ledger had no answer. */
function settle_line( $order, $item ): ?bool {
	$state = $item->get_meta( STATE );
	if ( 'sold' === $state || 'lost' === $state ) {
		return true;
	}
	return is_paid( $order ) ? confirm( $order, $item ) : ( $state ? true : give_back( $order, $item ) );
}

function confirm( $order, $item ): ?bool {
	$unit = $item->get_meta( UNIT );
	once( "unit:$unit", time() + YEAR_IN_SECONDS, $order->get_id() );
	$owner = order_of( $unit ); // A cart can be in two browsers, and in two orders then.
	if ( null === $owner ) {
		return null; // The table had no answer.
	}
	$is_ours = (string) $order->get_id() === $owner;
	$answer  = $is_ours ? ledger( 'POST', "/reservations/$unit/confirm" )['body'] : array( 'code' => 'alreadyBought' );
	if ( 'sold' === ( $answer['state'] ?? '' ) ) {
		return note( $order, $item, 'sold', __( 'FlashSale: the unit is sold.', 'flashsale-waiting-room' ) );
	}
	if ( ! in_array( $answer['code'] ?? '', array( 'reservationEnded', 'alreadyBought' ), true ) ) {
		return null;
	}
	note( $order, $item, 'lost', __( 'FlashSale: too late, the unit is lost. Refund the shopper.', 'flashsale-waiting-room' ) );
	return $order->update_status( 'on-hold' );
}

/** What is not paid. The unit of an order that has ended goes back at once; any other the ledger itself ends, some time after. */
function give_back( $order, $item ): ?bool {
	$unit = $item->get_meta( UNIT );
	$has  = order_of( $unit ) ?? order_of( $unit, 'placed' );
	if ( null !== $has && (string) $order->get_id() !== $has ) {
		/* translators: %s: an order's number */
		$other = __( 'FlashSale: order %s has the unit.', 'flashsale-waiting-room' );
		return note( $order, $item, 'given back', sprintf( $other, $has ) );
	}
	if ( ! has_ended( $order ) && (int) $item->get_meta( UNTIL ) >= time() ) {
		return false;
	}
	$answer = ledger( has_ended( $order ) ? 'DELETE' : 'GET', "/reservations/$unit" )['body'];
	$state  = $answer['state'] ?? '';
	if ( in_array( $state, SOLD, true ) || 'alreadyBought' === ( $answer['code'] ?? '' ) ) {
		return ! has_ended( $order ) && order_of( $unit ) ? false // It is being paid right now.
			: note( $order, $item, 'sold', __( 'FlashSale: it was sold; refund it at the line.', 'flashsale-waiting-room' ) );
	}
	if ( 'released' === $state || 'reservationEnded' === ( $answer['code'] ?? '' ) ) {
		return note( $order, $item, 'given back', __( 'FlashSale: not paid; the unit is given back.', 'flashsale-waiting-room' ) );
	}
	return 'held' === $state ? false : null;
}

function note( $order, $item, string $state, string $words ): bool {
	$item->update_meta_data( STATE, $state );
	$item->save();
	return (bool) $order->add_order_note( $words );
}

/** Every minute: the orders that are due, the paid ones first, and away with what is of no use any more. */
add_action( SWEEP, static function () {
	global $wpdb;
	$due  = 'SELECT name, value FROM KEPT WHERE name LIKE %s AND at <= %d ORDER BY value LIKE %s DESC, at LIMIT 1000';
	$stop = time() + 25;
	foreach ( $wpdb->get_results( kept( $due, 'due:%', time(), '%paid' ) ) as $row ) {
		time() < $stop && settle( (int) substr( $row->name, 4 ), (int) $row->value );
	}
	$wpdb->query( kept( 'DELETE FROM KEPT WHERE at < %d AND name NOT LIKE %s LIMIT 1000', time() - 60, 'due:%' ) );
} );

add_filter( 'cron_schedules', static function ( $all ) {
	return array( 'flashsale' => array( 'interval' => 60, 'display' => 'FlashSale' ) ) + $all;
} );
add_action( 'init', static function () {
	if ( function_exists( 'as_has_scheduled_action' ) ) {
		as_has_scheduled_action( SWEEP ) || as_schedule_recurring_action( time(), MINUTE_IN_SECONDS, SWEEP, array(), '', true );
	} else {
		wp_next_scheduled( SWEEP ) || wp_schedule_event( time(), 'flashsale', SWEEP );
	}
} );
