"""Pictures of goods that were never photographed, drawn as if they had been."""

from firsthand.demo.drawings.gallery import ARCHETYPES, draw

__all__ = ["ARCHETYPES", "draw"]
