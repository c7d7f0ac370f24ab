"""Make or upgrade Superset's metadata database: schema, roles, permissions, one administrator.

What `superset db upgrade`, `superset fab create-admin` and `superset init` do, in one process: importing Superset
takes seconds and each of the three commands pays it. Run with this folder on PYTHONPATH and the environment of
`superset_config.py`; `SUPERSET_ADMIN_USER` and `SUPERSET_ADMIN_PASSWORD` name the administrator (created, or the
password renewed).
"""

from __future__ import annotations

import os
from pathlib import Path


def main() -> None:
    """Bring the metadata database to the installed version. Safe to repeat."""
    from flask_migrate import upgrade
    from superset.app import create_app

    import superset

    app = create_app()
    with app.app_context():
        upgrade(directory=str(Path(superset.__file__).parent / "migrations"))
        from superset import appbuilder, security_manager

        appbuilder.add_permissions(update_perms=True)
        security_manager.sync_role_definitions()
        name, password = os.environ["SUPERSET_ADMIN_USER"], os.environ["SUPERSET_ADMIN_PASSWORD"]
        user = security_manager.find_user(username=name)
        if user is None:
            admin = security_manager.find_role("Admin")
            if not security_manager.add_user(name, "Warehouse", "Admin", f"{name}@localhost", admin, password=password):
                raise RuntimeError(f"Superset did not create the user {name!r}: see the log above")
        else:
            security_manager.reset_password(user.id, password)


if __name__ == "__main__":
    main()
