<?php
/** What all servers of the shop share, in a table: used tokens, which order has a unit, and orders to be settled. */
namespace FlashSale\WooCommerce;

function create_kept(): void {
	$columns = 'name varchar(190) NOT NULL PRIMARY KEY, at bigint unsigned NOT NULL, value varchar(190) NOT NULL';
	$GLOBALS['wpdb']->query( kept( "CREATE TABLE IF NOT EXISTS KEPT ($columns)" ) ) && update_option( 'flashsale_kept', '1' );
}
// A site of a network has been activated with all others, and a copied one may have left it behind.
add_action( 'init', static fn() => get_option( 'flashsale_kept' ) || create_kept(), 1 );

function kept( string $sql, ...$values ): string {
	global $wpdb;
	$sql = str_replace( 'KEPT', "{$wpdb->prefix}flashsale_kept", $sql );
	return $values ? $wpdb->prepare( $sql, ...$values ) : $sql;
}

/** Remembers a name until then (epoch seconds), in one step with looking; false when it was there. */
function once( string $name, int $at, string $value = '' ): bool {
	return 1 === $GLOBALS['wpdb']->query( kept( 'INSERT IGNORE INTO KEPT VALUES (%s, %d, %s)', $name, $at, $value ) );
}

function keep( string $name, int $at, string $value ): void {
	$GLOBALS['wpdb']->query( kept( 'REPLACE INTO KEPT VALUES (%s, %d, %s)', $name, $at, $value ) );
}

/** The order that a unit is sold to; of kind "placed": the last that was placed with it. */
function order_of( string $reservation, string $kind = 'unit' ): ?string {
	return $GLOBALS['wpdb']->get_var( kept( 'SELECT value FROM KEPT WHERE name = %s', "$kind:$reservation" ) );
}

/** An order is to be settled then, after so many tries; null: it is. Those that are paid go first. */
function set_due( int $order, ?int $at, int $tries = 0, bool $is_paid = false ): void {
	null === $at ? $GLOBALS['wpdb']->query( kept( 'DELETE FROM KEPT WHERE name = %s', "due:$order" ) )
		: keep( "due:$order", $at, $tries . ( $is_paid ? ' paid' : '' ) );
}
