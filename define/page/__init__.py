"""define.html: the page beside define.xml, and the links that it may have."""
