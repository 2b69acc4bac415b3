"""The merchant's own vans as a carrier: zones and weight bands, labels made here, scans by hook."""
