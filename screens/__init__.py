"""Every screen and state of the product in pictures, and what axe says of them: `manage.py screenshots`."""
