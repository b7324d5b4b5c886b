"""What real API servers send, for the replay server to send: discovery, the columns of tables."""
