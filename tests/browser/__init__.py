"""What a reader meets: the built site in real browsers."""
