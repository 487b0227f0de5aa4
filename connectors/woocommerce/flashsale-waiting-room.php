<?php
/**
 * Plugin Name:          FlashSale Waiting Room
 * Description:          Sells products of WooCommerce from a FlashSale line: a unit for each shopper whose turn it is.
 * Version:              1.0.0
 * Requires at least:    6.1
 * Requires PHP:         8.2
 * Requires Plugins:     woocommerce
 * WC requires at least: 7.2
 * Update URI:           false
 * License:              Apache-2.0
 * License URI:          https://www.apache.org/licenses/LICENSE-2.0
 * Text Domain:          flashsale-waiting-room
 */

namespace FlashSale\WooCommerce;

defined( 'ABSPATH' ) || exit;

foreach ( array( 'Edge', 'NotFetched', 'Tokens', 'WaitingRoom' ) as $class ) { // The PHP connector, as it is.
	class_exists( "FlashSale\\$class" ) || require __DIR__ . "/lib/$class.php";
}
foreach ( array( 'kept', 'door', 'cart', 'orders' ) as $part ) {
	require __DIR__ . "/includes/$part.php";
}
register_activation_hook( __FILE__, __NAMESPACE__ . '\create_kept' );
register_deactivation_hook( __FILE__, static function () {
	function_exists( 'as_unschedule_all_actions' ) && as_unschedule_all_actions( SWEEP );
	wp_clear_scheduled_hook( SWEEP );
} );

add_action( 'before_woocommerce_init', static function () {
	foreach ( array( 'custom_order_tables', 'cart_checkout_blocks' ) as $feature ) {
		\Automattic\WooCommerce\Utilities\FeaturesUtil::declare_compatibility( $feature, __FILE__ );
	}
} );

add_action( 'woocommerce_product_options_general_product_data', static function () {
	echo '<div class="options_group">';
	woocommerce_wp_text_input( array( 'id' => SALE, 'label' => __( 'FlashSale sale', 'flashsale-waiting-room' ) ) );
	echo '</div>';
} );
add_action( 'woocommerce_admin_process_product_object', static function ( $product ) { // Its nonce is checked.
	$product->update_meta_data( SALE, sanitize_text_field( wp_unslash( $_POST[ SALE ] ?? '' ) ) );
} );
