"""This installation: its settings."""

from typing import cast

from flask import Flask, current_app

from storefront.config import Settings


def of(app: Flask) -> Settings:
    """Return the settings ``app`` was made with."""
    return cast("Settings", app.config["SETTINGS"])


def settings() -> Settings:
    """Return the settings of the running app."""
    return of(current_app)
