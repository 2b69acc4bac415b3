"""Reading an order file, whatever it came as: container, encoding, delimiter, header, records. Pure: no database."""
