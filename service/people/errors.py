"""What people get told when a sign-in, an account or a start is refused."""

from __future__ import annotations

from service.errors import Conflict, Invalid, NotFound, Unauthenticated


class WrongCredentials(Unauthenticated):
    """Name or password is wrong; which of the two is not said."""

    code = "wrong_credentials"
    message = "Tên đăng nhập hoặc mật khẩu chưa đúng."


class SignInLocked(Unauthenticated):
    """Too many wrong passwords for this name from this address, or from this address at all."""

    code = "sign_in_locked"
    message = "Đã nhập sai nhiều lần. Bạn chờ 15 phút rồi thử lại, hoặc dùng mã truy cập."


class TokenUnknown(Unauthenticated):
    """The bearer token is not known, has expired or was revoked."""

    code = "token_unknown"
    message = "Mã truy cập không hợp lệ, đã hết hạn hoặc đã bị thu hồi."


class MayNotStart(NotFound):
    """This person may not start this process, or not for that unit: for them there is no such process."""

    code = "process_not_found"
    message = "Không tìm thấy quy trình này."


class StartingUnitUnclear(Invalid):
    """The person works for several units and has to say for which one this is."""

    code = "starting_unit_unclear"
    message = "Bạn làm việc cho nhiều đơn vị; cần chọn đơn vị của hồ sơ (unit_id)."


class PasswordTooWeak(Invalid):
    """The password is too short or too long."""

    code = "password_too_weak"
    message = "Mật khẩu phải có từ {shortest} đến {longest} ký tự."


class UsernameUnfit(Invalid):
    """The name to sign in with holds other characters than letters a-z, digits, dot, dash, underscore."""

    code = "username_unfit"
    message = "Tên đăng nhập “{username}” chỉ được có chữ cái không dấu, chữ số và các dấu . - _ (tối đa 80 ký tự)."


class UsernameTaken(Conflict):
    """Somebody else signs in with this name."""

    code = "username_taken"
    message = "Tên đăng nhập “{username}” đã có người dùng."


class UnknownRole(Invalid):
    """There is no such role."""

    code = "unknown_role"
    message = "Không có vai trò “{role}”."


class UnknownUnit(Invalid):
    """There is no such unit."""

    code = "unknown_unit"
    message = "Không có đơn vị mã “{unit_id}”."


class RoleWithoutUnit(Invalid):
    """A scoped role is held for one unit."""

    code = "role_without_unit"
    message = "Vai trò “{role}” phải gắn với một đơn vị, ví dụ {role}@00070."


class RoleWithUnit(Invalid):
    """A city role is held for the whole City."""

    code = "role_with_unit"
    message = "Vai trò “{role}” có phạm vi toàn Thành phố, không gắn với đơn vị."
