<?php
defined( 'WP_UNINSTALL_PLUGIN' ) || exit;
$GLOBALS['wpdb']->query( "DROP TABLE IF EXISTS {$GLOBALS['wpdb']->prefix}flashsale_kept" );
