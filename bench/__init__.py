"""What the application costs, measured beside a floor: `python -m bench --help`."""
