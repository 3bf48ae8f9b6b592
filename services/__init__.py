"""One function = one transaction = one thing an officer or a schedule may ask for."""
