"""What changes archives: items, waivers, sealing."""
