<?php
defined( 'WP_UNINSTALL_PLUGIN' ) || exit;
foreach ( is_multisite() ? get_sites( array( 'fields' => 'ids', 'number' => 0 ) ) : array( 0 ) as $site ) {
	$site && switch_to_blog( $site );
	$GLOBALS['wpdb']->query( "DROP TABLE IF EXISTS {$GLOBALS['wpdb']->prefix}flashsale_kept" );
	delete_option( 'flashsale_kept' );
	$site && restore_current_blog();
}
