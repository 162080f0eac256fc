"""Words and rules of the product: standard library only, nothing here awaits or touches the outside."""
