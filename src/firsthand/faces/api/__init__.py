"""What programs meet: everything the studio can do, as JSON with an OpenAPI description."""
