"""What was injected and what was seen in each test: gathered, told to JUnit, and shown on a page."""
