"""Who belongs together: the linker over the store, what people decide about it, and the linker as a tool."""
