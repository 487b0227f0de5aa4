<?php
/** What all servers of the shop share, in a table: used tokens, which order has a unit, and orders to be settled. */
namespace FlashSale\WooCommerce;

function create_kept(): void {
	$columns = 'name varchar(190) NOT NULL PRIMARY KEY, at bigint unsigned NOT NULL, value varchar(190) NOT NULL';
	$GLOBALS['wpdb']->query( kept( "CREATE TABLE IF NOT EXISTS KEPT ($columns)" ) );
}

function kept( string $sql, ...$values ): string {
	global $wpdb;
	$sql = str_replace( 'KEPT', "{$wpdb->prefix}flashsale_kept", $sql );
	return $values ? $wpdb->prepare( $sql, ...$values ) : $sql;
}

/** Remembers a name until then (epoch seconds), in one step with looking; false when it was there. */
function once( string $name, int $at, string $value = '' ): bool {
	return 1 === $GLOBALS['wpdb']->query( kept( 'INSERT IGNORE INTO KEPT VALUES (%s, %d, %s)', $name, $at, $value ) );
}

function order_of( string $reservation ): ?string {
	return $GLOBALS['wpdb']->get_var( kept( 'SELECT value FROM KEPT WHERE name = %s', "unit:$reservation" ) );
}

/** An order is to be settled then, after so many tries; null: it is. */
function set_due( int $order, ?int $at, int $tries = 0 ): void {
	$GLOBALS['wpdb']->query( null === $at ? kept( 'DELETE FROM KEPT WHERE name = %s', "due:$order" )
		: kept( 'REPLACE INTO KEPT VALUES (%s, %d, %s)', "due:$order", $at, $tries ) );
}
