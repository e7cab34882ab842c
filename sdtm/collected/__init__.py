"""What people wrote: dates, times, numbers, units, ranges, as raw exports have them."""
