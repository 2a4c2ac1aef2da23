"""How long does `ballast what-if` take for a large fleet?"""
