"""The shapes of /v1: what is asked, what is answered. They validate, and they write the OpenAPI document."""
