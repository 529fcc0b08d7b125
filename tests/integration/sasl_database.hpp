// A memcached that asks for a login (-S), with users made by the machine's own libsasl2.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "tests/integration/memcached.hpp"

namespace txcouchbase::test {

/// The files with which a memcached knows one user; none of the system's own are touched.
class SaslDatabase {
public:
    /// Shape:  mechanisms as libsasl2 lists them: "plain cram-md5".
    /// Errors: std::runtime_error where libsasl2 cannot make a database.
    SaslDatabase(const std::string& user, const std::string& password, const std::string& mechanisms);

    MemcachedSetup setup() const;
    /// The user's name as it is logged in with, which has a realm.
    static std::string login(const std::string& user) { return user + "@localhost"; }

private:
    TemporaryFolder folder_;
};

}  // namespace txcouchbase::test
