"""How everything looks: palettes, fonts, scale, shapes and the ttk theme made of them."""
